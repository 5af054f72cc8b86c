import type { Page } from "@playwright/test";
import { addIntegration, admit, alive, goTo, inAccount, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("whoever is in two accounts switches between them, and sees one at a time", async ({ page, browser }) => {
  const olga = await signUp(page);
  await addIntegration(page, "Desk of Olga", "https://example.com/hooks");
  const own = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const theirs = await own.newPage();
  const bob = await signUp(theirs);
  await addIntegration(theirs, "Desk of Bob", "https://example.com/hooks");
  await admit(page, bob.email, "viewer");

  await goTo(theirs, inAccount(theirs, "integrations"));
  await expect(theirs.getByText("Desk of Bob")).toBeVisible();
  const switcher = theirs.locator(".switcher");
  await expect(switcher.locator("summary")).toContainText(bob.account);
  await switcher.locator("summary").click();
  await switcher.getByRole("link", { name: olga.account }).click();
  await expect(theirs.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await expect(switcher.locator("summary")).toContainText(olga.account);
  await goTo(theirs, inAccount(theirs, "integrations"));
  await expect(theirs.getByText("Desk of Olga")).toBeVisible();
  await expect(theirs.getByText("Desk of Bob")).toHaveCount(0);
  await expect(theirs.getByRole("link", { name: "Add a webhook" })).toHaveCount(0);
  await own.close();
});

test("somebody is called what they want to be called, wherever they are", async ({ page }) => {
  await signUp(page);
  await page.getByRole("link", { name: "Your profile" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Olga Orlova");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.locator(".sidebar-person")).toContainText("Olga Orlova");
  await alive(page);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Olga Orlova");
  await goTo(page, inAccount(page, "settings/team"));
  await expect(page.getByRole("row").filter({ hasText: "Olga Orlova" })).toHaveCount(1);
});

test.describe("a password that is not theirs", () => {
  test.use({ provoked: [422] });

  test("changes nothing, and the right one signs out everywhere else", async ({ page, browser }) => {
    const olga = await signUp(page);
    const profile = inAccount(page, "settings/profile");
    const signIn = async (there: Page, password: string) => {
      await goTo(there, `/sign-in?next=${encodeURIComponent(profile)}`);
      await there.getByLabel("E-mail").fill(olga.email);
      await there.getByLabel("Password").fill(password);
      await there.getByRole("button", { name: "Sign in" }).click();
    };
    const own = await browser.newContext({ baseURL: new URL(page.url()).origin });
    const elsewhere = await own.newPage();
    await signIn(elsewhere, olga.password);
    await expect(elsewhere.getByRole("heading", { name: "Your profile", level: 1 })).toBeVisible();

    await goTo(page, profile);
    const change = page.getByRole("button", { name: "Change password" });
    await page.getByLabel("Current password").fill("a mere guess");
    await page.getByLabel("New password").fill("battery staple horse");
    await change.click();
    await expect(page.locator("#f-current_password-error")).toContainText("this is not your password");
    await page.getByLabel("Current password").fill(olga.password);
    await change.click();
    await expect(page.getByText("Your password is changed")).toBeVisible();
    await expect(page.getByLabel("Current password")).toHaveValue("");

    await elsewhere.goto(profile);
    await expect(elsewhere.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
    await signIn(elsewhere, olga.password);
    await expect(elsewhere.getByText("E-mail or password is wrong.")).toBeVisible();
    await signIn(elsewhere, "battery staple horse");
    await expect(elsewhere.getByRole("heading", { name: "Your profile", level: 1 })).toBeVisible();
    await goTo(page, profile);
    await expect(page.getByRole("heading", { name: "Your profile", level: 1 })).toBeVisible();
    await own.close();
  });
});

test.describe("signing out while the database is away", () => {
  test.use({ provoked: [503] });

  test("says that it did not happen", async ({ page }) => {
    await signUp(page);
    await goTo(page, inAccount(page, ""));
    const signOut = page.getByRole("button", { name: "Sign out" });
    const away = { status: 503, contentType: "application/json", body: '"unavailable"' };
    await page.route("**/api/sign_out*", (route) => route.fulfill(away), { times: 1 });
    await signOut.click();
    await expect(page.locator(".sidebar-person")).toContainText("Hookloft cannot be reached right now.");
    await signOut.click();
    await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
  });
});
