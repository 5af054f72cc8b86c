import { activateSource, addSource, goTo, inAccount, save, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("D2, D17: filter and mapping are tried on the request that is chosen among the last ones", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Points", `points-${Date.now()}`, "point.added");
  const source = new URL(page.url()).pathname;

  // What comes while it is inactive is refused, and can be tried all the same.
  expect((await request.post(url, { data: { n: 1, customer: "Ada" } })).status()).toBe(404);
  const menu = page.getByLabel("Request", { exact: true });
  await expect(menu.locator("option")).toHaveCount(2);
  await expect(menu.locator("option").last()).toContainText("Source inactive");
  await expect(page.getByRole("button", { name: "Map customer" })).toContainText("Ada");

  await activateSource(page);
  await request.post(url, { data: { n: 7, customer: "Grace" } });
  await request.post(url, { data: Buffer.from("{'n':1}"), headers: { "content-type": "application/json" } });
  await expect(menu.locator("option")).toHaveCount(4);
  await expect(menu.locator("option").nth(1)).toContainText("Invalid JSON");
  await expect(page.getByRole("button", { name: "Map customer" })).toContainText("Grace");

  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("body.n");
  await page.getByLabel("Operator").selectOption("greater_than");
  await page.getByLabel("Value", { exact: true }).fill("5");
  await expect(page.getByText("passes 1 of the last 2 requests")).toBeVisible();
  await expect(page.getByText("The sample passes.")).toBeVisible();
  await page.getByRole("button", { name: "Map customer" }).click();
  await page.getByText("What the sample becomes").click();
  const becomes = page.locator("details").filter({ hasText: "What the sample becomes" }).locator("pre");
  await expect(becomes).toContainText('"customer": "Grace"');

  await menu.selectOption({ index: 3 });
  await expect(page.getByText("The sample does not pass: ")).toContainText("body.n");
  await expect(becomes).toContainText('"customer": "Ada"');
  await menu.selectOption({ index: 1 });
  await expect(page.getByText("its body is no JSON, so it is refused before the filter")).toBeVisible();
  await save(page);
  await goTo(page, source);
  await expect(page.getByText("The sample passes.")).toBeVisible();
});

test.describe("refusals beyond what is logged", () => {
  test("are counted where somebody looks for them", async ({ page, request }) => {
    await signUp(page);
    const url = await addSource(page, "Shop", `flood-${Date.now()}`, "order.received");
    const source = new URL(page.url()).pathname;
    for (let sent = 0; sent < 5; sent += 1) {
      await Promise.all(Array.from({ length: 20 }, () => request.post(url, { data: {} })));
    }
    const note = page.getByText(/\d+ refused requests of the last hour are not logged/);
    for (const path of [inAccount(page, "activity/requests"), source]) {
      await expect(async () => {
        await goTo(page, path);
        await expect(note).toBeVisible({ timeout: 1_000 });
      }).toPass();
    }
  });
});
