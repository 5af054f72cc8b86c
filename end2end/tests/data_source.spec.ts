// A data source: from its name to an item, and on to whoever is told of its changes.
import { goTo, inAccount, signUp } from "../support/console";
import { Receiver } from "../support/receiver";
import { beginDataSource, finishDataSource } from "../support/records";
import { expect, test } from "../support/test";

/** The messages after the first `skipped`. */
const told = (receiver: Receiver, skipped = 0) => receiver.received.slice(skipped).map(({ body }) => JSON.parse(body));

test("K1-K5, K7, K14-K16: a data source is connected, its messages become items, and a webhook tells of changes", async ({ page, request }) => {
  const receiver = await Receiver.start();
  await signUp(page);
  const url = await beginDataSource(page, "Subscribers");

  // At least one message must arrive before it can go on.
  await page.getByRole("button", { name: "I did it" }).click();
  await expect(page.getByText("Nothing has come yet. Still waiting…")).toBeVisible();
  const ada = { uid: "8a25", who: { email: "ada@example.com" }, city: "Bonn" };
  expect((await request.post(url, { data: ada })).status()).toBe(200);
  const module = await finishDataSource(page, "uid", "who.email");

  // The message that came during set-up is an item by now; those that come are, too.
  await expect(page.getByRole("link", { name: "ada@example.com" })).toBeVisible();
  await goTo(page, `${module}/webhooks/new`);
  await page.getByLabel("Name", { exact: true }).fill("Tell the CRM");
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await page.getByLabel("Item updated").check();
  await page.getByRole("button", { name: "Example" }).click();
  await expect(page.getByRole("dialog", { name: "Example message" })).toContainText("ada@example.com");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Test" })).toContainText("200");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const secret = page.getByRole("dialog", { name: "The webhook sends from now on" });
  await expect(secret.getByText(/^whsec_/)).toBeVisible();
  await secret.getByRole("button", { name: "Done" }).click();

  const tested = receiver.received.length;
  const both = [{ ...ada, city: "Rome" }, { uid: "9b36", who: { email: "bob@example.com" } }];
  expect((await request.post(url, { data: both })).status()).toBe(200);
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBeGreaterThan(tested);
  // Once this one is there, whatever else came of the two would be.
  expect((await request.post(url, { data: { ...ada, city: "Oslo" } })).status()).toBe(200);
  await expect.poll(() => receiver.received.at(-1)!.body, { timeout: 15_000 }).toContain("Oslo");
  const messages = told(receiver, tested);
  expect(messages.map(({ type, data }) => [type, data.item.id])).toEqual([["item.updated", "8a25"], ["item.updated", "8a25"]]);
  expect(messages.map(({ data }) => data.changes)).toEqual([
    [expect.objectContaining({ field: "city", from: "Bonn", to: "Rome" })],
    [expect.objectContaining({ field: "city", from: "Rome", to: "Oslo" })],
  ]);

  // The item's page has the log of its changes.
  await goTo(page, module);
  await expect(page.getByRole("link", { name: "bob@example.com" })).toBeVisible();
  await page.getByRole("link", { name: "ada@example.com" }).click();
  await expect(page.getByRole("heading", { name: "ada@example.com", level: 1 })).toBeVisible();
  await expect(page.getByText("Rome").first()).toBeVisible();
  await expect(page.getByText("item.updated").first()).toBeVisible();
  await receiver.stop();
});

test("K2, K11, K16, K17: Mailchimp is connected, its forms become items, and a webhook tells what changed", async ({ page, request }) => {
  const receiver = await Receiver.start();
  await signUp(page);
  const url = await beginDataSource(page, "Subscribers", "Mailchimp");
  await expect(page.getByText("Paste the URL of this source into the field Callback URL.")).toBeVisible();
  // Mailchimp asks first whether somebody is there, which is no message.
  const dataSource = new URL(page.url()).pathname;
  expect((await request.get(url)).status()).toBe(200);
  await goTo(page, inAccount(page, "activity/requests"));
  await expect(page.locator("a[data-row]")).toHaveCount(1);
  const looked = page.waitForResponse((response) => response.url().includes("get_samples"));
  await goTo(page, dataSource);
  await looked;
  await page.getByRole("button", { name: "I did it" }).click();
  await expect(page.getByText("Nothing has come yet. Still waiting…")).toBeVisible();
  const form = (type: string, name: string) => ({
    type,
    fired_at: "2026-09-21 14:13:20",
    "data[id]": "8a25ff1d98",
    "data[email]": "ada@example.com",
    "data[merges][FNAME]": name,
  });
  expect((await request.post(url, { form: form("subscribe", "Ada") })).status()).toBe(200);
  const module = await finishDataSource(page, "data.id", "data.email");
  await expect(page.getByRole("link", { name: "ada@example.com" })).toBeVisible();

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Outgoing webhooks" }).click();
  await page.getByRole("link", { name: "Create webhook" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Tell the CRM");
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await page.getByLabel("Item updated").check();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const secret = page.getByRole("dialog", { name: "The webhook sends from now on" });
  await secret.getByRole("button", { name: "Done" }).click();
  expect((await request.post(url, { form: form("profile", "Augusta") })).status()).toBe(200);
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBeGreaterThan(0);
  const messages = told(receiver);
  expect(messages.map(({ type, data }) => [type, data.item.id])).toEqual([["item.updated", "8a25ff1d98"]]);
  const merges = (name: string) => expect.objectContaining({ merges: { FNAME: name } });
  expect(messages[0].data.changes).toContainEqual(expect.objectContaining({ field: "data", from: merges("Ada"), to: merges("Augusta") }));

  await goTo(page, module);
  await page.getByRole("link", { name: "ada@example.com" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "data.merges.FNAME" })).toContainText(/Ada.*Augusta/);
  await receiver.stop();
});
