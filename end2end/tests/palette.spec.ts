import { goTo, inAccount, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("the palette goes to an integration by its name", async ({ page }) => {
  await signUp(page);
  await goTo(page, inAccount(page, "integrations?create"));
  await page.getByRole("dialog").getByLabel("Name").fill("Order desk");
  await page.getByRole("dialog").getByRole("button", { name: "Add webhook" }).click();
  await page.getByRole("button", { name: "Go to its configuration" }).click();
  await goTo(page, inAccount(page, ""));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to a page or do something" }).fill("desk");
  await expect(page.getByRole("option", { name: "Order desk" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Order desk", level: 1 })).toBeVisible();
});

test("A1: the palette finds the list of sources", async ({ page }) => {
  await signUp(page);
  const palette = page.getByRole("combobox", { name: "Go to a page or do something" });
  await page.keyboard.press("Control+k");
  await palette.fill("sourc");
  await page.getByRole("option", { name: "Sources", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Sources", level: 1 })).toBeVisible();
});
