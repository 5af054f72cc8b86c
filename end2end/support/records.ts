// Steps that lead to customers and items.
import type { APIRequestContext, Page } from "@playwright/test";
import { activateSource, goTo, inAccount } from "./console";
import { expect } from "./test";

/** Begins a source from the blueprint that gives points, and answers its URL. */
export async function addPointSource(page: Page, name: string): Promise<string> {
  await goTo(page, inAccount(page, "sources?create"));
  const dialog = page.getByRole("dialog", { name: "New source" });
  await dialog.getByLabel("Search blueprints").fill("points earn");
  await dialog.getByRole("link", { name: "Point add" }).click();
  await expect(dialog.getByLabel("Endpoint")).toHaveValue("endpoint1");
  await expect(dialog.getByLabel("Event type")).toHaveCount(0);
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  return (await page.locator(".copy-box-text").first().innerText()).trim();
}

/** A customer who got points twice. */
export async function addCustomer(page: Page, request: APIRequestContext, key: string) {
  const url = await addPointSource(page, "Points");
  await activateSource(page);
  for (const reason of ["newsletter sign-up", "visit"]) {
    const sent = await request.post(url, { data: { clientID: key, pointstobeadded: "150", reason, pointadd: true } });
    expect(sent.status()).toBe(200);
  }
}

/** Begins a data source, up to the page that waits for its first message; answers its URL. */
export async function beginDataSource(page: Page, name: string, sender?: string): Promise<string> {
  await goTo(page, inAccount(page, "data-sources"));
  await page.getByRole("link", { name: "Add data source" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add data source" });
  if (sender) {
    await dialog.getByLabel("Search blueprints").fill(sender);
    await dialog.getByRole("link", { name: sender }).click();
  }
  await dialog.getByLabel("Display name").fill(name);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  return (await page.locator(".copy-box-text").first().innerText()).trim();
}

/** Says where id and title are, once a message has come; ends on the module's page and answers its path. */
export async function finishDataSource(page: Page, id: string, title: string): Promise<string> {
  await expect(page.getByText("A message has come.")).toBeVisible({ timeout: 15_000 });
  await page.getByRole("button", { name: "I did it" }).click();
  await page.getByLabel("Id", { exact: true }).fill(id);
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.waitForURL(/\/modules\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}
