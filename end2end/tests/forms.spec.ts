import { activateIntegration, addIntegration, addSource, alive, goTo, inAccount, save, signUp } from "../support/console";
import { expect, test } from "../support/test";

test.describe("errors stand beside their fields and nothing typed is lost", () => {
  test("integration: what is wrong is said while it is typed", async ({ page }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/hooks");
    await page.getByLabel("Target URL").fill("ftp://example.com");
    await page.getByLabel("Timeout").fill("soon");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.locator("#f-target_url-error")).not.toBeEmpty();
    await expect(page.locator("#f-timeout_ms-error")).toContainText("no whole number");
    await expect(page.getByLabel("Target URL")).toHaveValue("ftp://example.com");
    await page.getByLabel("Timeout").fill("5000");
    await expect(page.locator("#f-timeout_ms-error")).toBeEmpty();
    await expect(page.locator("#f-target_url-error")).not.toBeEmpty();
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(page.getByLabel("Target URL")).toHaveValue("https://example.com/hooks");
  });

  test("integration: a stored secret is asked for again when its target is another server", async ({ page }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/hooks");
    await page.getByText("API key", { exact: true }).click();
    await page.getByLabel("Key", { exact: true }).fill("secret");
    await save(page);
    await page.getByLabel("Target URL").fill("https://elsewhere.example/hooks");
    await expect(page.locator("#f-auth-value-error")).toContainText("enter it again");
    await page.getByLabel("Key", { exact: true }).fill("secret");
    await expect(page.locator("#f-auth-value-error")).toBeEmpty();
    await save(page);
  });

  test("integration: an empty password is saved as one, so that it can be active", async ({ page }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/hooks");
    await page.getByText("Basic", { exact: true }).click();
    await page.getByLabel("Username").fill("key");
    await save(page);
    await activateIntegration(page);
    await expect(page.getByText("No event was delivered to it yet.")).toBeVisible();
  });

  test("integration: the example says that it is of what is saved, and goes before the next one comes", async ({ page }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/before");
    await page.getByLabel("Target URL").fill("https://example.com/after");
    const button = page.getByRole("button", { name: "Example", exact: true });
    const example = page.getByRole("dialog", { name: "Example message" });
    await button.click();
    await expect(example).toContainText("https://example.com/before");
    await expect(example).toContainText("without your unsaved changes");
    await page.keyboard.press("Escape");
    await save(page);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/api/get_example*", async (route) => {
      await held;
      await route.continue();
    });
    await button.click();
    await expect(example).toContainText("Loading…");
    await expect(example).not.toContainText("https://example.com/before");
    release();
    await expect(example).toContainText("https://example.com/after");
    await expect(example).not.toContainText("without your unsaved changes");
  });

  test("integration: a link does not lead away from unsaved changes without asking", async ({ page }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/hooks");
    await page.getByLabel("Timeout").fill("5000");
    const overview = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Overview" });
    page.once("dialog", (asked) => void asked.dismiss());
    await overview.click();
    await expect(page.getByLabel("Timeout")).toHaveValue("5000");
    page.once("dialog", (asked) => void asked.accept());
    await overview.click();
    await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  });

  test("subscription: what is wrong with the event types stands beside them", async ({ page }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/hooks");
    await goTo(page, inAccount(page, "subscriptions/new"));
    await page.getByLabel("Event types").fill("order.*, no type!");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.locator("#f-event_types-error")).not.toBeEmpty();
  });

  test("source: D1 single quotes are fixed in one click, filters nest", async ({ page }) => {
    await signUp(page);
    await addSource(page, "Points", `points-${Date.now()}`, "point.added");
    await page.getByLabel("Success", { exact: true }).fill("{'ok':true}");
    await expect(page.locator("#f-response-success-error")).toContainText("line 1, column 2");
    await page.getByRole("button", { name: "Turn single quotes into double quotes" }).click();
    await expect(page.getByLabel("Success", { exact: true })).toHaveValue('{"ok":true}');

    await page.getByRole("button", { name: "Add criterion" }).click();
    await page.getByLabel("Attribute", { exact: true }).first().fill("body.pointadd");
    await page.getByRole("button", { name: "Add group" }).click();
    await page.getByLabel("Attribute", { exact: true }).nth(1).fill("body.n");
    await page.getByLabel("Operator").nth(1).selectOption("greater_than");
    await page.getByLabel("Value", { exact: true }).fill("0");
    await page.getByRole("button", { name: "Add row" }).click();
    await page.getByLabel("From: attribute of the body").fill("clientID");
    await page.getByLabel("To: attribute of the event").fill("customer");
    await save(page);
    await page.reload();
    await alive(page);
    await expect(page.getByLabel("Attribute", { exact: true })).toHaveCount(2);
    await expect(page.getByLabel("Value", { exact: true })).toHaveValue("0");
    await expect(page.getByLabel("To: attribute of the event")).toHaveValue("customer");
  });
});

test("A5: a group that was left empty says so, where it is", async ({ page }) => {
  await signUp(page);
  await addSource(page, "Points", `points-${Date.now()}`, "point.added");
  await page.getByRole("button", { name: "Add group" }).click();
  const group = page.locator(".filter-group-nested");
  await group.getByRole("button", { name: "Remove this criterion" }).click();
  await expect(group.getByText("a group needs at least one criterion")).toBeVisible();
  await group.getByRole("button", { name: "Remove group" }).click();
  await expect(page.getByText("a group needs at least one criterion")).toHaveCount(0);
});

test("A5: where any criterion may hold, the verdict counts what meets one of them", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Orders", `orders-${Date.now()}`, "order.received");
  for (const data of [{ vip: true, total: 5 }, { total: 500 }, { total: 5 }]) {
    expect((await request.post(url, { data })).status()).toBe(404);
  }
  await expect(page.getByLabel("Request", { exact: true }).locator("option")).toHaveCount(4);

  const any = page.getByRole("button", { name: "Any of these (OR)" });
  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("body.vip");
  await expect(page.getByText("passes 1 of the last 3 requests")).toBeVisible();
  await expect(any).toHaveCount(0);
  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).last().fill("body.total");
  await page.getByLabel("Operator").last().selectOption("greater_than");
  await page.getByLabel("Value", { exact: true }).fill("100");
  await expect(page.getByText("passes 0 of the last 3 requests")).toBeVisible();
  await any.click();
  await expect(page.getByText("passes 2 of the last 3 requests")).toBeVisible();
  await page.getByText("Which do not pass, and why").click();
  await expect(page.getByRole("list", { name: "Requests that do not pass" }).getByRole("listitem")).toHaveCount(1);

  await save(page);
  await page.reload();
  await alive(page);
  await expect(any).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByText("passes 2 of the last 3 requests")).toBeVisible();
});

test.describe("somebody else saved meanwhile", () => {
  test.use({ provoked: [409] });
  test("both versions can be kept", async ({ page, context }) => {
    await signUp(page);
    await addIntegration(page, "Desk", "https://example.com/a");
    const other = await context.newPage();
    await goTo(other, page.url());
    await other.getByLabel("Target URL").fill("https://example.com/theirs");
    await save(other);
    await page.getByLabel("Target URL").fill("https://example.com/mine");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Somebody else has saved this")).toBeVisible();
    await expect(page.getByLabel("Target URL")).toHaveValue("https://example.com/mine");
    await page.getByRole("button", { name: "Save mine over theirs" }).click();
    await expect(page.getByText("Somebody else has saved this")).toBeHidden();
    await other.close();
  });
});

test.describe("without wasm", () => {
  test.use({ javaScriptEnabled: false });
  test("signing up, creating and signing out are plain forms", async ({ page }) => {
    const tag = Date.now().toString(36);
    await page.goto("/sign-up");
    await page.getByLabel("Account name").fill(`Plain ${tag}`);
    await page.getByLabel("Your name").fill("Paul Plain");
    await page.getByLabel("E-mail").fill(`plain-${tag}@example.com`);
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
    await page.goto(inAccount(page, "integrations?create"));
    // Its secret is shown once, by the page alone.
    await expect(page.getByRole("dialog").getByRole("button", { name: "Add webhook" })).toBeDisabled();
    await page.goto(inAccount(page, "modules?create"));
    await page.getByRole("dialog").getByLabel("Name").fill("Plain readers");
    await page.getByRole("dialog").getByRole("button", { name: "Create module" }).click();
    await expect(page.getByRole("heading", { name: "Plain readers", level: 1 })).toBeVisible();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  });
});
