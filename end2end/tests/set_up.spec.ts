// A source is set up: it waits for its first request, maps what comes, and takes a pasted sample.
import { addSource, inAccount, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("A9-A12, D1, D2, D4: a new source waits live, an array is mapped by clicks, a pasted sample is tried", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Shop", `set-up-${Date.now()}`, "order.received");
  await expect(page.getByText("Waiting for your first request…")).toBeVisible();
  await expect(page.getByText("On the sender’s side: Blank")).toBeVisible();
  await expect(page.getByRole("button", { name: "Ten more minutes" })).toBeVisible();
  const curl = page.locator(".copy-box-text").filter({ hasText: "curl -X POST" });
  await expect(curl).toContainText("Content-Type: application/json");
  await expect(curl).toContainText(url);

  // The sample shows up by itself, although the sender is answered 404.
  const order = { customer: "Ada", lines: [{ sku: "a", n: 1 }, { sku: "b" }] };
  expect((await request.post(url, { data: order })).status()).toBe(404);
  await expect(page.getByText("Waiting for your first request…")).toBeHidden();
  await expect(page.getByRole("button", { name: "Map lines.0.sku" })).toContainText("a");

  // What stands in a list is mapped by itself, or with the others.
  const from = page.getByLabel("From: attribute of the body");
  const which = page.getByRole("group", { name: "Which of lines.0.sku" });
  await page.getByRole("button", { name: "Map lines.0.sku" }).click();
  await which.getByRole("button", { name: "Each", exact: true }).click();
  await expect(which).toBeHidden();
  await expect(from).toHaveValue("lines.*.sku");
  await expect(page.getByLabel("To: attribute of the event")).toHaveValue("data.sku");
  const row = page.locator(".mapping-row");
  await expect(row).toContainText('["a","b"]');
  await expect(row).toContainText("list of 2");
  await page.getByRole("button", { name: "Map lines.1.sku" }).click();
  await page.getByRole("group", { name: "Which of lines.1.sku" }).getByRole("button", { name: "This one (index 1)" }).click();
  await expect(from.last()).toHaveValue("lines.1.sku");
  await page.getByText("What the sample becomes").click();
  await expect(page.locator("details").filter({ hasText: "What the sample becomes" }).locator("pre")).toContainText('"b"');

  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("body.lines.*.sku");
  await page.getByLabel("Operator").selectOption("equals");
  await page.getByLabel("Value", { exact: true }).fill("b");
  await expect(page.getByText("the last request passes")).toBeVisible();

  // Documentation often has single quotes.
  await page.locator("summary").filter({ hasText: "Or paste a sample" }).click();
  await page.getByLabel("Body", { exact: true }).fill("{'customer': 'Bob'}");
  await expect(page.getByText("line 1, column 2")).toBeVisible();
  await expect(page.getByRole("button", { name: "Use as sample" })).toBeDisabled();
  await page.getByRole("button", { name: "Turn single quotes into double quotes" }).click();
  await page.getByRole("button", { name: "Use as sample" }).click();
  await expect(page.getByRole("button", { name: "Map customer" })).toContainText("Bob");
  await expect(page.getByLabel("Request", { exact: true }).locator("option")).toHaveCount(3);
  await expect(page.getByLabel("Request", { exact: true }).locator("option").nth(1)).toContainText("Pasted sample");
  await expect(row.first()).toContainText("absent");
  await expect(row.first()).toContainText("in 1 of the last 2");
  await expect(page.getByText("passes 1 of the last 2 requests")).toBeVisible();
  await page.getByText("Which do not pass, and why").click();
  await expect(page.getByRole("list", { name: "Requests that do not pass" })).toContainText("body.lines.*.sku");
});

test("D4: a window that has closed says so and is opened again", async ({ page }) => {
  await signUp(page);
  await addSource(page, "Shop", `window-${Date.now()}`, "order.received");
  const source = page.url();
  await page.clock.install({ time: Date.now() + 11 * 60_000 });
  await page.goto(source);
  await expect(page.getByText("No longer waiting for your first request")).toBeVisible();
  await expect(page.getByText("What is sent now is not kept.", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Ten more minutes" }).click();
  await page.clock.setSystemTime(Date.now());
  await page.clock.runFor(61_000);
  await expect(page.getByText("Waiting for your first request…")).toBeVisible();
});

test("K17: Mailchimp's steps stand beside the URL", async ({ page }) => {
  await signUp(page);
  await page.goto(`/a/${new URL(page.url()).pathname.split("/")[2]}/sources?create=mailchimp`);
  const dialog = page.getByRole("dialog", { name: "New source" });
  await dialog.getByLabel("Name").fill("Newsletter");
  await dialog.getByRole("button", { name: "Create" }).click();
  const address = page.getByRole("region", { name: "Address" });
  await expect(address.getByText("On the sender’s side: Mailchimp")).toBeVisible();
  await expect(address.getByText("Paste the URL of this source into the field Callback URL.")).toBeVisible();
  await expect(address.locator(".copy-box-text").filter({ hasText: "curl -X POST" })).toContainText("application/x-www-form-urlencoded");
  // Whoever comes back by the list finds them, too.
  await page.goto(inAccount(page, "sources"));
  await page.getByRole("link", { name: "Newsletter" }).click();
  await expect(address.getByText("Paste the URL of this source into the field Callback URL.")).toBeVisible();
});
