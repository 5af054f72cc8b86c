import { alive, goTo, inAccount, signUp } from "../support/console";
import { expect, test } from "../support/test";

// Somebody nobody knows is refused with 422, and who was removed is answered 404.
test.use({ provoked: [404, 422] });

test("a member is added, gets another role, and is removed", async ({ page, browser }) => {
  await signUp(page);
  const overview = inAccount(page, "");
  const own = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const theirs = await own.newPage();
  const bob = await signUp(theirs);

  await goTo(page, inAccount(page, "settings/team"));
  await page.getByRole("link", { name: "Add a member" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a member" });
  await dialog.getByLabel("E-mail").fill(`nobody-${bob.email}`);
  await dialog.getByRole("button", { name: "Add member" }).click();
  await expect(page.locator("#f-email-error")).toContainText("nobody signs in here with this address");
  await dialog.getByLabel("E-mail").fill(bob.email);
  await dialog.getByLabel("Role").selectOption("viewer");
  await dialog.getByRole("button", { name: "Add member" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row").filter({ hasText: bob.email });
  await expect(row.getByRole("combobox")).toHaveValue("viewer");
  await goTo(theirs, overview);
  await expect(theirs.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "API keys" })).toHaveCount(0);

  await row.getByRole("combobox").selectOption("admin");
  await expect(page.getByText("is admin now.")).toBeVisible();
  await goTo(theirs, overview);
  await expect(theirs.getByRole("link", { name: "API keys" })).toHaveCount(1);

  await row.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(row).toHaveCount(0);
  await goTo(theirs, overview);
  await expect(theirs.getByRole("heading", { name: "Not found" })).toBeVisible();
  await own.close();
});

test("an account is renamed", async ({ page }) => {
  await signUp(page);
  await goTo(page, inAccount(page, "settings/account"));
  await page.getByLabel("Name", { exact: true }).fill("Bolt & Sons");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.locator(".switcher-button")).toContainText("Bolt & Sons");
  await alive(page);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Bolt & Sons");
});
