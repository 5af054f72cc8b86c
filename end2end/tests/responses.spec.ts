// What a source makes of a request and answers to it, in the words of its owner.
import { activateSource, addSource, goTo, inAccount, save, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("A3, A11-A13, A15: a source takes PUT, fills and replaces values, answers in words of its own, and is set inactive", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Stock", `stock-${Date.now()}`, "stock.changed");
  const source = new URL(page.url()).pathname;
  await page.getByLabel("Request method").selectOption("PUT");
  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("body.sku");
  await page.getByLabel("Operator").selectOption("exists");
  const row = page.locator(".mapping-row");
  await page.getByRole("button", { name: "Add row" }).click();
  await row.first().getByLabel("From: attribute of the body").fill("size");
  await row.first().getByLabel("To: attribute of the event").fill("data.size");
  await row.first().getByLabel("Default, where the value is empty").fill("one size");
  await page.getByRole("button", { name: "Add row" }).click();
  await row.last().getByLabel("From: attribute of the body").fill("state");
  await row.last().getByLabel("To: attribute of the event").fill("data.state");
  await row.last().getByRole("button", { name: "Replace a value" }).click();
  await row.last().getByLabel("Value to replace").fill("1");
  await row.last().getByLabel("New value").fill("in stock");
  await save(page);
  await activateSource(page);
  expect((await request.post(url, { data: { sku: "A-1" } })).status()).toBe(405);

  await page.getByLabel("Success", { exact: true }).fill('{"id": "[Event ID]"}');
  await page.getByLabel("Success status").fill("202");
  await page.getByLabel("Error", { exact: true }).fill('{"taken": false}');
  await page.getByLabel("Error status").fill("400");
  await save(page);
  const taken = await request.put(url, { data: { sku: "A-1", size: "", state: 1 } });
  expect(taken.status()).toBe(202);
  const { id } = await taken.json();
  const refused = await request.put(url, { data: { size: "L", state: 1 } });
  expect([refused.status(), await refused.json()]).toEqual([400, { taken: false }]);
  // Its own status stands for that of every error.
  const wrong = await request.post(url, { data: { sku: "A-1" } });
  expect([wrong.status(), await wrong.json()]).toEqual([400, { taken: false }]);

  await goTo(page, inAccount(page, "activity/events"));
  await expect(page.locator("a[data-row]")).toHaveCount(1);
  await expect(page.locator("tbody tr")).toContainText(id);
  await page.getByRole("link", { name: "stock.changed" }).click();
  await expect(page.getByRole("heading", { name: "stock.changed", level: 1 })).toBeVisible();
  await expect(page.locator("dl.facts")).toContainText(id);
  const data = JSON.parse(await page.locator(".code-block pre").innerText());
  expect(data).toEqual({ size: "one size", state: "in stock" });

  await goTo(page, source);
  await expect(page.getByLabel("Request method")).toHaveValue("PUT");
  await page.getByRole("button", { name: "Set inactive" }).click();
  const dialog = page.getByRole("dialog", { name: "Set this source inactive?" });
  await expect(dialog).toContainText("answers 404 to everybody until it is active again");
  await dialog.getByRole("button", { name: "Set inactive" }).click();
  await expect(page.locator(".page-head .chip")).toHaveText("Inactive");
  const late = await request.put(url, { data: { sku: "A-1" } });
  // Who sends does not learn that there is a source.
  expect([late.status(), (await late.json()).error.code]).toEqual([404, "not_found"]);
  await goTo(page, source);
  await expect(page.locator(".page-head .chip")).toHaveText("Inactive");
});
