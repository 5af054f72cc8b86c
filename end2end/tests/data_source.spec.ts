// A data source: from its name to an item, and on to whoever is told of its changes.
import { goTo, signUp } from "../support/console";
import { Receiver } from "../support/receiver";
import { beginDataSource, finishDataSource } from "../support/records";
import { expect, test } from "../support/test";

test("K2-K16: a data source is connected, its messages become items, and a webhook tells of changes", async ({ page, request }) => {
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
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBe(tested + 1);
  const told = JSON.parse(receiver.received[tested].body);
  expect([told.type, told.data.item.id]).toEqual(["item.updated", "8a25"]);
  expect(told.data.changes).toEqual([expect.objectContaining({ field: "city", from: "Bonn", to: "Rome" })]);

  // The item's page has the log of its changes.
  await goTo(page, module);
  await expect(page.getByRole("link", { name: "bob@example.com" })).toBeVisible();
  await page.getByRole("link", { name: "ada@example.com" }).click();
  await expect(page.getByRole("heading", { name: "ada@example.com", level: 1 })).toBeVisible();
  await expect(page.getByText("Rome").first()).toBeVisible();
  await expect(page.getByText("item.updated").first()).toBeVisible();
  await receiver.stop();
});
