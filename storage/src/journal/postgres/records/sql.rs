//! The statements. Arrays are unnested side by side, as in the journal's others.

pub(super) const HOLD_CUSTOMERS: &str = "
SELECT account_id, id, key, fields, labels, external_account_numbers, points, spent, purchases, items, refunded,
       opted_in, version, created_at, updated_at
FROM customers
WHERE (account_id, key) IN (SELECT UNNEST($1::uuid[]), UNNEST($2::text[]))
ORDER BY account_id, key FOR UPDATE";

pub(super) const HOLD_ITEMS: &str = "
SELECT account_id, module_id, id, key, title, data, fields, version, created_at, updated_at
FROM items
WHERE (account_id, module_id, key) IN (SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::text[]))
ORDER BY account_id, module_id, key FOR UPDATE";

pub(super) const INSERT_CUSTOMERS: &str = "
INSERT INTO customers (account_id, id, key, title, fields, labels, external_account_numbers, points, spent, purchases,
                       items, refunded, opted_in, version, created_at, updated_at)
SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::text[]), UNNEST($4::text[]), UNNEST($5::text[]),
       UNNEST($6::text[]), UNNEST($7::text[]), UNNEST($8::int8[]), UNNEST($9::int8[]), UNNEST($10::int8[]),
       UNNEST($11::int8[]), UNNEST($12::int8[]), UNNEST($13::bool[]), UNNEST($14::int8[]), UNNEST($15::int8[]),
       UNNEST($16::int8[])
ON CONFLICT DO NOTHING";

pub(super) const UPDATE_CUSTOMERS: &str = "
UPDATE customers
SET title = changed.title, fields = changed.fields, labels = changed.labels,
    external_account_numbers = changed.external_account_numbers, points = changed.points, spent = changed.spent,
    purchases = changed.purchases, items = changed.items, refunded = changed.refunded,
    opted_in = changed.opted_in, version = changed.version, updated_at = changed.updated_at
FROM (
    SELECT UNNEST($1::uuid[]) AS account_id, UNNEST($2::uuid[]) AS id, UNNEST($3::text[]) AS key,
           UNNEST($4::text[]) AS title, UNNEST($5::text[]) AS fields, UNNEST($6::text[]) AS labels,
           UNNEST($7::text[]) AS external_account_numbers, UNNEST($8::int8[]) AS points,
           UNNEST($9::int8[]) AS spent, UNNEST($10::int8[]) AS purchases, UNNEST($11::int8[]) AS items,
           UNNEST($12::int8[]) AS refunded, UNNEST($13::bool[]) AS opted_in, UNNEST($14::int8[]) AS version,
           UNNEST($15::int8[]) AS created_at, UNNEST($16::int8[]) AS updated_at
) AS changed
WHERE customers.account_id = changed.account_id AND customers.id = changed.id";

pub(super) const INSERT_ITEMS: &str = "
INSERT INTO items (account_id, module_id, id, key, title, data, fields, version, created_at, updated_at)
SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::uuid[]), UNNEST($4::text[]), UNNEST($5::text[]),
       UNNEST($6::text[]), UNNEST($7::text[]), UNNEST($8::int8[]), UNNEST($9::int8[]), UNNEST($10::int8[])
ON CONFLICT DO NOTHING";

pub(super) const UPDATE_ITEMS: &str = "
UPDATE items
SET title = changed.title, data = changed.data, fields = changed.fields, version = changed.version,
    updated_at = changed.updated_at
FROM (
    SELECT UNNEST($1::uuid[]) AS account_id, UNNEST($2::uuid[]) AS module_id, UNNEST($3::uuid[]) AS id,
           UNNEST($4::text[]) AS key, UNNEST($5::text[]) AS title, UNNEST($6::text[]) AS data,
           UNNEST($7::text[]) AS fields, UNNEST($8::int8[]) AS version, UNNEST($9::int8[]) AS created_at,
           UNNEST($10::int8[]) AS updated_at
) AS changed
WHERE items.account_id = changed.account_id AND items.module_id = changed.module_id AND items.id = changed.id";

/// Notes go with their customer.
pub(super) const DELETE_CUSTOMERS: &str = "
DELETE FROM customers WHERE (account_id, id) IN (SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]))";

pub(super) const DELETE_ITEMS: &str = "
DELETE FROM items
WHERE (account_id, module_id, id) IN (SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::uuid[]))";

pub(super) const DELETE_HISTORY: &str = "
DELETE FROM history WHERE (account_id, record_id) IN (SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]))";

pub(super) const DELETE_TERMS: &str = "
DELETE FROM search_terms
WHERE (account_id, module_id, value, field, record_id) IN (
    SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::text[]), UNNEST($4::text[]), UNNEST($5::uuid[]))";

pub(super) const INSERT_TERMS: &str = "
INSERT INTO search_terms (account_id, module_id, value, field, record_id)
SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::text[]), UNNEST($4::text[]), UNNEST($5::uuid[])
ON CONFLICT DO NOTHING";

pub(super) const INSERT_HISTORY: &str = "
INSERT INTO history (account_id, record_id, id, event_type, request_id, made_by, version, attributes, changes)
SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::uuid[]), UNNEST($4::text[]), UNNEST($5::uuid[]),
       UNNEST($6::text[]), UNNEST($7::int8[]), UNNEST($8::text[]), UNNEST($9::text[])";
