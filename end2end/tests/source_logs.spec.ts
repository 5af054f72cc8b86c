// The log of one source, and what is done from a request in it.
import { activateSource, addSource, alive, goTo, save, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("A24: a source's log leads from a request to its reason, to a filter and to a sample", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Shop", `logs-${Date.now()}`, "order.received");
  const source = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("body.n");
  await page.getByLabel("Operator").selectOption("greater_than");
  await page.getByLabel("Value", { exact: true }).fill("5");
  await save(page);
  await activateSource(page);
  for (const [n, kind, status] of [[7, "gold", 200], [3, "gold", 422], [9, "silver", 200]] as const) {
    expect((await request.post(url, { data: { n, kind } })).status()).toBe(status);
  }

  await page.locator(".tab-strip").getByRole("link", { name: "Logs" }).click();
  await expect(page).toHaveURL(new RegExp(`${source}/logs$`));
  const rows = page.locator("a[data-row]");
  await expect(rows).toHaveCount(3);
  await page.locator("select[name=outcome]").selectOption("filtered");
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/outcome=filtered/);
  await rows.first().click();
  await expect(page.locator(".page-head .chip")).toHaveText("Filtered");
  await page.locator(".tab-strip").getByRole("link", { name: "Processing" }).click();
  const today = page.locator(".panel").filter({ hasText: "As the source is set up now" });
  await expect(today).toContainText("This criterion of the filter does not hold:");
  await expect(today.locator("code").first()).toHaveText("body.n");

  // The oldest, of gold: its kind is added to the filter, and only then saved.
  await goTo(page, `${source}/logs`);
  await rows.last().click();
  await page.locator(".tab-strip").getByRole("link", { name: "Create filter" }).click();
  await page.getByLabel('body.kind equals "gold"').check();
  await page.getByRole("button", { name: "Create filter from this" }).click();
  await page.waitForURL(/criteria=/);
  await alive(page);
  await expect(page.getByLabel("Attribute", { exact: true })).toHaveCount(2);
  await expect(page.getByLabel("Value", { exact: true }).last()).toHaveValue("gold");
  await expect(page.getByText("passes 1 of the last 3 requests")).toBeVisible();
  await save(page);
  expect((await request.post(url, { data: { n: 9, kind: "silver" } })).status()).toBe(422);

  await goTo(page, `${source}/logs?outcome=filtered`);
  await expect(rows).toHaveCount(2);
  await rows.last().click();
  const sample = page.url().split("/").pop()!;
  await page.getByRole("button", { name: "Use as sample" }).click();
  await page.waitForURL(new RegExp(`${source}\\?sample=${sample}$`));
  await expect(page.getByLabel("Request", { exact: true })).toHaveValue(sample);
  await expect(page.getByText("The sample does not pass: ")).toContainText("body.n");
});
