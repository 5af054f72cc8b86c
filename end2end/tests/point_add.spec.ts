// Points given from outside: from the blueprint to the customer's history.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { activateSource, goTo, inAccount, save, signUp } from "../support/console";
import { addPointSource } from "../support/records";
import { expect, test } from "../support/test";

test("A19, A24-A26: a point add goes from its blueprint to the customer's history", async ({ page, request }) => {
  await signUp(page);
  const url = await addPointSource(page, "Points");
  const source = new URL(page.url()).pathname;

  // The page says what the blueprint chose and what fills it.
  await expect(page.getByRole("radio", { name: "Record an event on a customer" })).toBeChecked();
  await expect(page.getByLabel("Event", { exact: true })).toHaveValue("point_add");
  const required = page.locator(".fill-list").first();
  await expect(required.locator(".fill-row").filter({ hasText: "customer" })).toContainText("from clientID");
  await expect(required.locator(".fill-row").filter({ hasText: "data.points" })).toContainText("from pointstobeadded");
  await expect(page.getByText("Before it takes requests:")).toBeVisible();
  await expect(page.getByText('"pointadd":true')).toBeVisible();

  await activateSource(page);
  const body = { clientID: "C-1042", pointstobeadded: "150", reason: "newsletter sign-up", pointadd: true };
  const sent = await request.post(url, { data: body });
  expect([sent.status(), await sent.json()]).toEqual([200, { ok: true }]);
  const refused = await request.post(url, { data: { ...body, pointstobeadded: "many" } });
  expect([refused.status(), await refused.json()]).toEqual([422, { notok: false }]);

  // The customer is there with the points, and their history says where those came from.
  await goTo(page, inAccount(page, "customers"));
  await page.getByRole("link", { name: "C-1042" }).click();
  await expect(page.getByRole("heading", { name: "C-1042", level: 1 })).toBeVisible();
  await expect(page.getByLabel("Points and totals")).toContainText("150");
  await page.locator(".tab-strip").getByRole("link", { name: "Events" }).click();
  await expect(page.getByText("point_add").first()).toBeVisible();

  await goTo(page, `${inAccount(page, "activity/requests")}?outcome=record_refused`);
  await page.locator("a[data-row]").first().click();
  await expect(page.locator(".page-head .chip")).toContainText("Record refused");
  await page.locator(".tab-strip").getByRole("link", { name: "Processing" }).click();
  await expect(page.getByText("points: write a number").first()).toBeVisible();
  await goTo(page, source);
});

/** Begins a source from the card of a blueprint, sets it active, and answers its URL. */
async function addFromCard(page: Page, key: string): Promise<string> {
  await goTo(page, inAccount(page, `sources?create=${key}`));
  const dialog = page.getByRole("dialog", { name: "New source" });
  await dialog.getByLabel("Name").fill(key);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: key, level: 1 })).toBeVisible();
  await activateSource(page);
  return (await page.locator(".copy-box-text").first().innerText()).trim();
}

// In this order: points are there before some are taken.
const USE_CASES = [
  { key: "point_add", event: "point_add", said: "newsletter sign-up", figures: { Points: "150" } },
  { key: "point_sub", event: "point_sub", said: "voucher redeemed", figures: { Points: "110" } },
  { key: "checkout_accept", event: "checkout_accept", said: "T-2026-000731", figures: { Spent: "84.9", Purchases: "1" } },
  { key: "checkout_accept_item", event: "checkout_accept_item", said: "SKU-77", figures: { "Items bought": "1", Spent: "84.9" } },
  { key: "optin_labels", event: "opt_in", said: "early adopter", figures: { Points: "110" }, labels: ["early adopter", "newsletter"] },
];

test("A20-A23: each use case goes from its card to the customer's page", async ({ page, request }) => {
  // Five sources are opened one after the other.
  test.slow();
  await signUp(page);
  let customer = "";
  for (const { key, event, said, figures, labels } of USE_CASES) {
    const url = await addFromCard(page, key);
    const sample = readFileSync(join(__dirname, `../../domain/src/blueprint/${key}/sample.json`), "utf8");
    const sent = await request.post(url, { data: JSON.parse(sample) });
    expect([key, sent.status(), await sent.json()]).toEqual([key, 200, { ok: true }]);

    if (!customer) {
      await goTo(page, inAccount(page, "customers"));
      customer = (await page.getByRole("link", { name: "C-1042" }).getAttribute("href"))!;
    }
    await goTo(page, customer);
    for (const [label, value] of Object.entries(figures)) {
      const figure = page.getByLabel("Points and totals").locator(".figure").filter({ has: page.getByText(label, { exact: true }) });
      await expect(figure.locator("dd")).toHaveText(value);
    }
    await expect(page.locator(".token")).toHaveText(labels ?? []);
    await page.locator(".tab-strip").getByRole("link", { name: "Events" }).click();
    const newest = page.locator("table.list tbody tr").first();
    await expect(newest).toContainText(event);
    await expect(newest).toContainText(said);
  }
  // Who opts in is called by their name from then on.
  await expect(page.getByRole("heading", { name: "Ada Lovelace", level: 1 })).toBeVisible();
  await expect(page.locator(".page-head .chip")).toHaveText("Opted in");
});

test("A8, A10: an action says what has to be mapped, and a click in the sample maps it", async ({ page, request }) => {
  await signUp(page);
  await goTo(page, inAccount(page, "sources?create"));
  const dialog = page.getByRole("dialog", { name: "New source" });
  await dialog.getByLabel("Name").fill("Returns");
  await dialog.getByLabel("Endpoint").fill("returns");
  await dialog.getByLabel("Event type").fill("order.returned");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Returns", level: 1 })).toBeVisible();
  const url = (await page.locator(".copy-box-text").first().innerText()).trim();
  await page.getByText("Record an event on a customer").click();
  await page.getByLabel("Event", { exact: true }).selectOption("refund");
  expect((await request.post(url, { data: { who: "C-7", transactionId: "T-1", total: "9.90" } })).status()).toBe(404);

  const toMap = page.getByRole("group", { name: "Still to map" });
  await expect(toMap.getByRole("button")).toHaveText(["customer", "data.transaction_id"]);
  await toMap.getByRole("button", { name: "Map to customer" }).click();
  await page.getByRole("button", { name: "Map who" }).click();
  await expect(page.getByText("The sample would be refused: ")).toContainText("transaction_id");
  await page.getByRole("button", { name: "Map transactionId" }).click();
  await page.getByRole("button", { name: "Map total" }).click();
  await expect(page.getByLabel("To: attribute of the event")).toHaveCount(3);
  await expect(toMap).toHaveCount(0);
  await save(page);
  await activateSource(page);
  expect((await request.post(url, { data: { who: "C-7", transactionId: "T-1", total: "9.90" } })).status()).toBe(200);

  // Another choice asks for something else, and the stored one comes back whole.
  await page.getByText("Create or update an item in a module").click();
  await expect(page.getByText("There is no module yet.")).toBeVisible();
  await page.getByText("Record an event on a customer").click();
  await expect(page.getByLabel("Event", { exact: true })).toHaveValue("refund");
  await expect(page.locator(".dirty-bar-shown")).toHaveCount(0);
});
