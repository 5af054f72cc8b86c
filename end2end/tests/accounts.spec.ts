import { addIntegration, admit, goTo, inAccount, signUp } from "../support/console";
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
