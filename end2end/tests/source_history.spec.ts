// A source's history: who changed what, back to what was, and a copy.
import { addSource, goTo, inAccount, save, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("A16: a mapping is edited, the history tells who changed what, and the old one is restored", async ({ page }) => {
  await signUp(page);
  await addSource(page, "Shop", `shop-${Date.now()}`, "order.received");
  const source = new URL(page.url()).pathname;
  const from = page.getByLabel("From: attribute of the body");
  const to = page.getByLabel("To: attribute of the event");
  await page.getByRole("button", { name: "Add row" }).click();
  await from.fill("number");
  await to.fill("data.number");
  await save(page);
  await from.fill("total");
  await save(page);

  await page.getByRole("link", { name: "History", exact: true }).click();
  await expect(page.getByText("Who changed what.")).toBeVisible();
  const revision = (number: number) => page.getByRole("row").filter({ hasText: `Revision ${number}` });
  await expect(revision(3)).toContainText("Mapping to data.number");
  await expect(revision(3)).toContainText("number to total");
  await expect(revision(3)).toContainText("Olga Owner");
  await expect(revision(1)).toContainText("Created");
  await expect(page.getByRole("button", { name: "Restore revision 3" })).toHaveCount(0);

  await page.getByRole("button", { name: "Restore revision 2" }).click();
  const dialog = page.getByRole("dialog", { name: "Restore this revision?" });
  await dialog.getByRole("button", { name: "Restore" }).click();
  await expect(revision(4)).toContainText("Restored revision 2");
  await expect(revision(4)).toContainText("total to number");
  await goTo(page, source);
  await expect(from).toHaveValue("number");
});

test("A17: a source is duplicated with its mapping, and the copy is inactive", async ({ page }) => {
  await signUp(page);
  const endpoint = `shop-${Date.now()}`;
  await addSource(page, "Shop", endpoint, "order.received");
  const source = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Add row" }).click();
  await page.getByLabel("From: attribute of the body").fill("number");
  await page.getByLabel("To: attribute of the event").fill("data.number");
  await save(page);

  await page.getByRole("button", { name: "Duplicate" }).click();
  const dialog = page.getByRole("dialog", { name: "Duplicate this source" });
  await expect(dialog.getByLabel("Name")).toHaveValue("Copy of Shop");
  await dialog.getByLabel("Name").fill("Store");
  await dialog.getByRole("button", { name: "Duplicate" }).click();
  await expect(page.getByRole("heading", { name: "Store", level: 1 })).toBeVisible();
  expect(new URL(page.url()).pathname).not.toBe(source);
  await expect(page.locator(".page-head .chip")).toHaveText("Inactive");
  await expect(page.locator(".copy-box-text").first()).toContainText(`/${endpoint}-copy`);
  await expect(page.getByLabel("From: attribute of the body")).toHaveValue("number");
  await expect(page.getByLabel("To: attribute of the event")).toHaveValue("data.number");

  await page.getByRole("link", { name: "History", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: "Duplicated" })).toContainText("Copy of Shop");

  // The list of changes fits a telephone.
  await page.setViewportSize({ width: 390, height: 844 });
  const needed = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(needed).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("link", { name: "Shop", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Shop", level: 1 })).toBeVisible();
  await goTo(page, inAccount(page, "sources"));
  await expect(page.getByRole("row").filter({ hasText: "Store" })).toContainText("Inactive");
});

test("A17: an inactive source is archived by typing its name, and stays so", async ({ page }) => {
  await signUp(page);
  await addSource(page, "Shop", `shop-${Date.now()}`, "order.received");
  const source = new URL(page.url()).pathname;
  await page.getByLabel("Name", { exact: true }).fill("Store");
  await save(page);
  await page.getByRole("button", { name: "Archive" }).click();
  const dialog = page.getByRole("dialog", { name: "Archive this source?" });
  const archive = dialog.getByRole("button", { name: "Archive for good" });
  // Its name as it is now, not as the page was opened.
  await dialog.getByRole("textbox").fill("Shop");
  await expect(archive).toBeDisabled();
  await dialog.getByRole("textbox").fill("Store");
  await archive.click();
  await expect(page.locator(".page-head .chip")).toHaveText("Archived");
  await goTo(page, source);
  await expect(page.locator(".page-head .chip")).toHaveText("Archived");
  for (const name of ["Set active", "Archive", "Save"]) {
    await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  }
});

test.describe("an endpoint that was used before", () => {
  test.use({ provoked: [422] });

  test("is refused beside its field", async ({ page }) => {
    await signUp(page);
    const endpoint = `shop-${Date.now()}`;
    await addSource(page, "Shop", endpoint, "order.received");
    await page.getByRole("button", { name: "Duplicate" }).click();
    const dialog = page.getByRole("dialog", { name: "Duplicate this source" });
    await dialog.getByLabel("Endpoint").fill(endpoint);
    await dialog.getByRole("button", { name: "Duplicate" }).click();
    await expect(dialog.getByText("another source has this endpoint")).toBeVisible();
  });
});
