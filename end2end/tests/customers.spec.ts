// A customer from the form to their history: made by hand, found, noted on, and changed by events.
import { activateSource, goTo, inAccount, save, signUp } from "../support/console";
import { addPointSource } from "../support/records";
import { expect, test } from "../support/test";

test("A25, A26: a customer is made by hand, found by name and field, and their history leads to the request", async ({ page, request }) => {
  // A dozen pages are opened one after the other.
  test.slow();
  await signUp(page);
  await goTo(page, inAccount(page, "customer-form"));
  await page.getByRole("button", { name: "Add field" }).first().click();
  const added = page.locator(".row-of-field").nth(4);
  await added.getByLabel("Label", { exact: true }).fill("Loyalty tier");
  await added.getByLabel("Key", { exact: true }).fill("tier");
  await save(page);

  await goTo(page, inAccount(page, "customers/new"));
  await page.getByLabel("Key", { exact: true }).fill("C-31");
  await page.getByLabel("First name").fill("Ada");
  await page.getByLabel("Last name").fill("Lovelace");
  await page.getByLabel("Loyalty tier").fill("Gold");
  await save(page, "Create");
  await expect(page.getByRole("heading", { name: "Ada Lovelace", level: 1 })).toBeVisible();
  const customer = new URL(page.url()).pathname;
  const tabs = page.locator(".tab-strip");
  const fact = (label: string) => page.locator(".fact-grid > div").filter({ has: page.getByText(label, { exact: true }) }).locator("dd");
  await expect(fact("Loyalty tier")).toHaveText("Gold");
  await expect(fact("City")).toHaveText("–");
  await tabs.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByLabel("Key", { exact: true })).toHaveJSProperty("readOnly", true);
  await page.getByLabel("City").fill("Turin");
  await save(page);
  await tabs.getByRole("link", { name: "Overview" }).click();
  await expect(fact("City")).toHaveText("Turin");

  // Events of somebody else are there, too.
  const url = await addPointSource(page, "Points");
  await activateSource(page);
  for (const clientID of ["C-31", "C-32"]) {
    const sent = await request.post(url, { data: { clientID, pointstobeadded: "150", reason: "visit", pointadd: true } });
    expect(sent.status()).toBe(200);
  }

  await goTo(page, inAccount(page, "customers"));
  const found = page.locator("a[data-row]");
  await expect(found).toHaveCount(2);
  const search = page.locator("input[name=q]");
  await search.fill("ada l");
  await search.press("Enter");
  await expect(found).toHaveText(["Ada Lovelace"]);
  await search.fill("turin");
  await page.getByLabel("Where to look").selectOption({ label: "City" });
  await expect(found).toHaveText(["Ada Lovelace"]);
  await page.getByLabel("Where to look").selectOption({ label: "Loyalty tier" });
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await search.fill("gold");
  await search.press("Enter");
  await expect(found).toHaveText(["Ada Lovelace"]);
  await found.click();
  await expect(page.getByRole("heading", { name: "Ada Lovelace", level: 1 })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(customer);
  await expect(page.getByLabel("Points and totals")).toContainText("150");

  await tabs.getByRole("link", { name: "Notes" }).click();
  await page.getByLabel("New note").fill("Prefers to be called.");
  await page.getByRole("button", { name: "Add note" }).click();
  const note = page.getByRole("listitem").filter({ hasText: "Prefers to be called." });
  await expect(note).toContainText("Olga Owner");
  await expect(page.getByLabel("New note")).toHaveValue("");

  await tabs.getByRole("link", { name: "Events" }).click();
  const history = page.locator("table.list tbody tr");
  await expect(history).toHaveCount(3);
  await expect(history.nth(0)).toContainText(/Point add.*visit/);
  await expect(history.nth(1)).toContainText(/Edited.*City.*Turin.*Olga Owner/);
  await expect(history.nth(2)).toContainText(/Created.*Loyalty tier.*Gold/);
  await page.getByRole("combobox", { name: "Event" }).selectOption({ label: "Point add" });
  await expect(history).toHaveCount(1);
  await expect(history).toContainText("point_add");
  await history.getByRole("link", { name: "Request" }).click();
  await expect(page.getByRole("heading", { name: "POST endpoint1", level: 1 })).toBeVisible();
  await expect(page.locator(".page-head .chip")).toHaveText("Accepted");
  await expect(page.locator(".code-block pre")).toContainText('"clientID": "C-31"');
});
