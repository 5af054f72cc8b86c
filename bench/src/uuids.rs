//! UUIDv7s in SQL: their time is their first 48 bits, in milliseconds since the epoch.

use crate::shell::Shell;

impl Shell<'_> {
    /// A UUID, given as 32 hexadecimal digits with or without dashes.
    pub fn uuid(&self, text: &str) -> String {
        let digits = text.replace('-', "");
        match self {
            Self::Sqlite(_) => format!("x'{digits}'"),
            Self::Postgres(_) => format!("'{digits}'::uuid"),
        }
    }

    /// The least UUID of a time.
    pub fn first_uuid(&self, millis: u64) -> String {
        self.uuid(&format!("{millis:012x}{:020}", 0))
    }

    /// The time in a UUID, in milliseconds.
    pub fn millis(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => {
                let digit = |place: u32| {
                    format!(
                        "(instr('0123456789ABCDEF', substr(hex({column}), {}, 1)) - 1 << {})",
                        place + 1,
                        44 - 4 * place
                    )
                };
                format!("({})", (0..12).map(digit).collect::<Vec<_>>().join(" + "))
            }
            Self::Postgres(_) => {
                format!("('x' || left(replace({column}::text, '-', ''), 12))::bit(48)::bigint")
            }
        }
    }

    /// A new UUIDv7 of the time that the SQL `millis` tells. On SQLite the session needs [`byte_table`] first.
    pub fn new_uuid(&self, millis: &str) -> String {
        match self {
            // Version and variant lead what is random; of these bytes the other half is left at 0.
            Self::Sqlite(_) => format!(
                "CAST({} || x'70' || randomblob(1) || x'80' || randomblob(7) AS BLOB)",
                six_bytes(millis)
            ),
            Self::Postgres(_) => format!(
                "(lpad(to_hex({millis}), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14, 19))::uuid"
            ),
        }
    }
}

/// SQLite before 3.41 makes no bytes from a number, so a session that needs some gets a table of them.
pub fn byte_table() -> String {
    let bytes = (0..256).map(|byte| format!("({byte}, x'{byte:02x}')")).collect::<Vec<_>>().join(", ");
    format!(
        "CREATE TEMP TABLE byte (value INTEGER PRIMARY KEY, bytes BLOB); INSERT INTO byte VALUES {bytes};"
    )
}

/// The time that the SQL `millis` tells, as SQLite's bytes. The session needs [`byte_table`] first.
pub fn six_bytes(millis: &str) -> String {
    let byte = |shift: u32| format!("(SELECT bytes FROM byte WHERE value = ({millis} >> {shift}) & 255)");
    [40, 32, 24, 16, 8, 0].map(byte).join(" || ")
}
