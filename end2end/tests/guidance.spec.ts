// What the console says next to somebody who sets things up.
import { activateIntegration, activateSource, addIntegration, addSource, goTo, inAccount, save, signUp, subscribe } from "../support/console";
import { expect, test } from "../support/test";

test("T10: an integration says that it is linked to nothing, and then to what", async ({ page }) => {
  await signUp(page);
  await addIntegration(page, "Desk", "https://example.com/hooks");
  const integration = new URL(page.url()).pathname;
  await expect(page.getByRole("link", { name: "linked to nothing" })).toBeVisible();
  await expect(page.getByText("It is linked to nothing, so it never fires.")).toBeVisible();
  await activateIntegration(page);
  await expect(page.getByText("It is active but linked to nothing, so it never fires.")).toBeVisible();
  await goTo(page, `${integration}?tab=linked`);
  await expect(page.getByRole("heading", { name: "Linked to nothing" })).toBeVisible();
  await page.getByRole("link", { name: "Subscribe it to events" }).click();
  await page.getByLabel("Event types").fill("order.*");
  await save(page, "Create");
  await goTo(page, integration);
  await expect(page.getByRole("link", { name: "linked to “order.*”" })).toBeVisible();
  await expect(page.getByText("linked to nothing")).toHaveCount(0);
});

test("an active source whose events nothing takes leads to the subscription that takes them", async ({ page }) => {
  await signUp(page);
  await addIntegration(page, "Desk", "https://example.com/hooks");
  await subscribe(page, "customer.*", "Desk");
  await addSource(page, "Shop", `guide-${Date.now()}`, "order.received");
  const source = new URL(page.url()).pathname;
  const untaken = page.getByText("No subscription takes order.received yet");
  await expect(page.getByText("Inactive: this URL answers 404 to everybody.")).toBeVisible();
  await expect(untaken).toHaveCount(0);
  await activateSource(page);
  await expect(untaken).toBeVisible();
  await page.getByRole("link", { name: "Subscribe an integration to it" }).click();
  await expect(page.getByLabel("Event types")).toHaveValue("order.received");
  await page.getByLabel("Integration").selectOption({ label: "Desk" });
  await save(page, "Create");
  await goTo(page, source);
  await expect(page.getByRole("button", { name: "Set inactive" })).toBeVisible();
  await expect(untaken).toHaveCount(0);
});

test.describe("a form that is wrong in several places", () => {
  test.use({ provoked: [422] });
  test("says so at once, beside each", async ({ page }) => {
    await signUp(page);
    await goTo(page, inAccount(page, "sources?create"));
    const dialog = page.getByRole("dialog", { name: "New source" });
    await dialog.getByLabel("Name").fill("Shop");
    await dialog.getByLabel("Endpoint").fill("no/endpoint");
    await dialog.getByLabel("Event type").fill("no type");
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(page.locator("#f-endpoint-error")).toContainText("letters, digits");
    await expect(page.locator("#f-event_type-error")).toContainText("letters, digits");
    await expect(dialog.getByLabel("Endpoint")).toHaveValue("no/endpoint");
  });
});
