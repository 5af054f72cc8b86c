// Steps that several journeys take, in the words of the person who takes them.
import { expect, type Page } from "@playwright/test";

export type Person = { account: string; email: string; password: string };

/** Waits until the page is alive: clicks before that would only work where forms do. */
export async function alive(page: Page) {
  await page.waitForFunction(() => "ready" in document.documentElement.dataset);
}

export async function goTo(page: Page, path: string) {
  await page.goto(path);
  await alive(page);
}

let people = 0;

export async function signUp(page: Page): Promise<Person> {
  people += 1;
  const tag = `${Date.now().toString(36)}-${people}`;
  const person = { account: `Acme ${tag}`, email: `olga-${tag}@example.com`, password: "correct horse battery" };
  await goTo(page, "/sign-up");
  await page.getByLabel("Account name").fill(person.account);
  await page.getByLabel("Your name").fill("Olga Owner");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  return person;
}

/** The path of a page of the account that the browser is in. */
export function inAccount(page: Page, path: string): string {
  const slug = new URL(page.url()).pathname.split("/")[2];
  return path ? `/a/${slug}/${path}` : `/a/${slug}`;
}

export async function addIntegration(page: Page, name: string, url: string) {
  await goTo(page, inAccount(page, "integrations"));
  await page.getByRole("link", { name: "Add a webhook" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a webhook" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  await expect(dialog.getByText(/^whsec_/)).toBeVisible();
  await dialog.getByRole("button", { name: "Go to its configuration" }).click();
  await page.getByLabel("Target URL").fill(url);
  await save(page);
}

/** Presses the button of the bar that saves, which says Create where nothing is stored yet. */
export async function save(page: Page, button: "Save" | "Create" = "Save") {
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page.locator(".dirty-bar-shown")).toHaveCount(0);
}

export async function activateIntegration(page: Page) {
  const slider = page.getByRole("switch");
  await slider.click();
  await expect(slider).toHaveAttribute("aria-checked", "true");
}

/** Adds a source and answers its URL. */
export async function addSource(page: Page, name: string, endpoint: string, eventType: string): Promise<string> {
  await goTo(page, inAccount(page, "sources"));
  await page.getByRole("link", { name: "New source" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New source" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Endpoint").fill(endpoint);
  await dialog.getByLabel("Event type").fill(eventType);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  return (await page.locator(".copy-box-text").first().innerText()).trim();
}

/** Lets somebody who can sign in already into the account. */
export async function admit(page: Page, email: string, role: string) {
  await goTo(page, inAccount(page, "settings/team?create"));
  const dialog = page.getByRole("dialog", { name: "Add a member" });
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Role").selectOption(role);
  await dialog.getByRole("button", { name: "Add member" }).click();
  await expect(dialog).toBeHidden();
}

export async function activateSource(page: Page) {
  await page.getByRole("button", { name: "Set active" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set active" }).click();
  await expect(page.getByRole("button", { name: "Set inactive" })).toBeVisible();
}

export async function subscribe(page: Page, eventTypes: string, integration: string) {
  await goTo(page, inAccount(page, "subscriptions/new"));
  await page.getByLabel("Event types").fill(eventTypes);
  await page.getByLabel("Integration").selectOption({ label: integration });
  await save(page, "Create");
}

/** Waits until the open delivery has the status; its page looks again by itself. */
export async function seeStatus(page: Page, status: string) {
  await expect(page.locator(".page-head .chip")).toHaveText(status, { timeout: 30_000 });
}
