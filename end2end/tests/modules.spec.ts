// A module: its items' id and title, its fields and figures, and the webhooks that tell of it.
import type { Page } from "@playwright/test";
import { goTo, save, signUp } from "../support/console";
import { Receiver } from "../support/receiver";
import { beginDataSource, finishDataSource } from "../support/records";
import { expect, test } from "../support/test";

/** Makes a field of each value of the newest item; ends on the module's settings. */
async function addFieldsFromSample(page: Page, count: number) {
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: `Add ${count} from the sample` }).click();
  await save(page);
}

async function addWebhook(page: Page, name: string, url: string, activity: string) {
  await page.getByRole("link", { name: "Create webhook" }).click();
  await expect(page.getByText("It takes JSON by POST and asks for no authentication.")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("URL", { exact: true }).fill(url);
  await page.getByLabel(activity, { exact: true }).check();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("dialog", { name: "The webhook sends from now on" }).getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText(activity);
}

/** What was told: of which item, and from what to what each field changed. */
function told(receiver: Receiver): string[] {
  return receiver.received.map(({ body }) => {
    const { type, data } = JSON.parse(body);
    const changes = data.changes.map((own: { field: string; from: unknown; to: unknown }) => `${own.field} ${own.from} ${own.to}`);
    return type === "item.created" ? `created ${data.item.id}` : `updated ${data.item.id}: ${changes.join(", ")}`;
  });
}

test("K6-K9: id and title are clicked in the sample, fields are made of it, and figures follow what comes", async ({ page, request }) => {
  await signUp(page);
  const url = await beginDataSource(page, "Members");
  const ada = { id: 7, name: "Ada", city: "Bonn", amount: 12.5, contact: { email: "ada@example.com" } };
  const bob = { id: 8, name: "Bob", city: "Rome", amount: 30.25, contact: { email: "bob@example.com" } };
  expect((await request.post(url, { data: [ada, bob] })).status()).toBe(200);
  await expect(page.getByText("A message has come.")).toBeVisible({ timeout: 15_000 });
  await page.getByRole("button", { name: "I did it" }).click();

  const sample = page.getByRole("complementary", { name: "Sample" });
  await expect(sample).toContainText("The first of 2 objects: click a value to choose it");
  for (const value of ['"Ada"', '"Bonn"', "12.5", '"ada@example.com"']) await expect(sample).toContainText(value);

  // Not what is proposed, so that it is the clicks that fill it in.
  const [id, title] = [page.getByLabel("Id", { exact: true }), page.getByLabel("Title", { exact: true })];
  await expect(id).toHaveValue("id");
  await expect(title).toHaveValue("name");
  await sample.getByRole("button", { name: "Choose city, text" }).click();
  await sample.getByRole("button", { name: "Choose contact.email, text" }).click();
  await expect(id).toHaveValue("city");
  await expect(title).toHaveValue("contact.email");
  await page.getByRole("button", { name: "Choose from the sample" }).click();
  await sample.getByRole("button", { name: "Choose id, number" }).click();
  await expect(id).toHaveValue("id");
  await expect(title).toHaveValue("contact.email");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.waitForURL(/\/modules\/[0-9a-f-]{36}$/);
  const module = new URL(page.url()).pathname;
  for (const { contact } of [ada, bob]) await expect(page.getByRole("link", { name: contact.email })).toBeVisible();

  await addFieldsFromSample(page, 5);
  await page.getByRole("button", { name: "Add key metric" }).click();
  await page.getByRole("combobox", { name: "What" }).selectOption({ label: "Sum" });
  await page.getByRole("combobox", { name: "Of the field" }).selectOption({ label: "Amount" });
  await page.getByRole("button", { name: "Add key metric" }).click();
  await page.getByRole("combobox", { name: "What" }).last().selectOption({ label: "Count by value" });
  await page.getByRole("combobox", { name: "Of the field" }).last().selectOption({ label: "City" });
  await page.getByPlaceholder("made from the rest").last().fill("Members by city");
  await save(page);

  const sum = page.getByRole("region", { name: "Sum of Amount", exact: true });
  const cities = page.getByRole("region", { name: "Members by city", exact: true });
  // Items that were there before the fields are read anew in the background.
  await expect(async () => {
    await goTo(page, module);
    await expect(sum.getByText("42.75", { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await expect(cities.getByRole("listitem")).toHaveText([/^\s*Bonn\s*1\s*$/, /^\s*Rome\s*1\s*$/]);
  await expect(sum.getByRole("img", { name: /^Sum of Amount by the day items came: .*42\.75 · 2 items$/ })).toBeVisible();
  await expect(cities.getByRole("img", { name: /^Members by city by the day items came: .*Bonn 1 · Rome 1$/ })).toBeVisible();

  const cleo = { id: 9, name: "Cleo", city: "Rome", amount: 1000.5, contact: { email: "cleo@example.com" } };
  expect((await request.post(url, { data: cleo })).status()).toBe(200);
  await goTo(page, module);
  await expect(sum.getByText("1,043.25", { exact: true })).toBeVisible();
  await expect(cities.getByRole("listitem")).toHaveText([/^\s*Rome\s*2\s*$/, /^\s*Bonn\s*1\s*$/]);
  await expect(sum.getByRole("img", { name: /1,043\.25 · 3 items$/ })).toBeVisible();
  await expect(cities.getByRole("img", { name: /Rome 2 · Bonn 1$/ })).toBeVisible();
});

test("K10-K13: two webhooks of a module are each told what they chose, and nothing else", async ({ page, request }) => {
  const [created, moved] = [await Receiver.start(), await Receiver.start()];
  await signUp(page);
  const url = await beginDataSource(page, "Members");
  const send = async (id: string, city: string, amount: number) => {
    expect((await request.post(url, { data: { id, name: `Member ${id}`, city, amount } })).status()).toBe(200);
  };
  await send("M-1", "Bonn", 1);
  await finishDataSource(page, "id", "name");
  await addFieldsFromSample(page, 4);
  await page.getByRole("link", { name: "Outgoing webhooks" }).click();
  await addWebhook(page, "Tell the CRM", created.url, "Item created");
  await addWebhook(page, "Tell the movers", moved.url, "City changed");
  await expect(page.getByRole("row").filter({ hasText: "Tell the CRM" })).not.toContainText("City changed");

  await send("M-2", "Rome", 1);
  await send("M-2", "Rome", 2);
  await send("M-2", "Oslo", 2);
  await expect.poll(() => told(created), { timeout: 15_000 }).toContain("created M-2");
  await expect.poll(() => told(moved), { timeout: 15_000 }).toContain("updated M-2: city Rome Oslo");
  // By when these are there, whatever else was to come would be.
  await send("M-3", "Bern", 1);
  await send("M-2", "Bern", 2);
  await expect.poll(() => told(created), { timeout: 15_000 }).toContain("created M-3");
  await expect.poll(() => told(moved), { timeout: 15_000 }).toContain("updated M-2: city Oslo Bern");
  expect(told(created)).toEqual(["created M-2", "created M-3"]);
  expect(told(moved)).toEqual(["updated M-2: city Rome Oslo", "updated M-2: city Oslo Bern"]);
  for (const { headers } of [...created.received, ...moved.received]) {
    expect(headers["content-type"]).toContain("application/json");
    expect(headers.authorization).toBeUndefined();
  }
  await created.stop();
  await moved.stop();
});
