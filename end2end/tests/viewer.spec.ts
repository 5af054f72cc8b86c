import { execFileSync } from "node:child_process";
import { addIntegration, addSource, goTo, inAccount, signUp } from "../support/console";
import { expect, test } from "../support/test";

const binary = process.env.HOOKLOFT_BINARY;

test.use({ provoked: [403] });

test("a viewer sees the configuration and cannot edit it", async ({ page, browser }) => {
  test.skip(!binary, "HOOKLOFT_BINARY is needed to add a member");
  await signUp(page);
  await addIntegration(page, "Desk", "https://example.com/hooks");
  const integration = new URL(page.url()).pathname;
  await addSource(page, "Shop", `viewer-${Date.now()}`, "order.received");
  const source = new URL(page.url()).pathname;
  const account = inAccount(page, "").split("/")[2];
  const viewer = { email: `vera-${Date.now()}@example.com`, password: "correct horse battery" };
  execFileSync(binary!, ["member", "add", "--account", account, "--email", viewer.email, "--role", "viewer", "--password-stdin"], { input: viewer.password });

  const own = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const theirs = await own.newPage();
  await goTo(theirs, "/sign-in");
  await theirs.getByLabel("E-mail").fill(viewer.email);
  await theirs.getByLabel("Password").fill(viewer.password);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "API keys" })).toHaveCount(0);

  await goTo(theirs, integration);
  await expect(theirs.getByText("Your role may look at this")).toBeVisible();
  await expect(theirs.getByLabel("Target URL")).toBeDisabled();
  await expect(theirs.getByRole("switch")).toBeDisabled();
  await expect(theirs.getByRole("button", { name: "Delete" })).toHaveCount(0);
  await goTo(theirs, source);
  await expect(theirs.getByRole("button", { name: "Set active" })).toHaveCount(0);
  await goTo(theirs, inAccount(theirs, "settings/api-keys"));
  await expect(theirs.getByText("Your role does not include this")).toBeVisible();
  await expect(theirs.getByText("Ask someone with the role admin or above")).toBeVisible();

  // The server says the same to whoever asks it directly: the owner's form, posted with the viewer's session.
  await goTo(page, inAccount(page, "integrations?create"));
  const action = await page.locator("dialog form").first().getAttribute("action");
  const sneaky = { form: { slug: account, name: "Sneaky" }, headers: { accept: "application/json" } };
  expect((await own.request.post(action!, sneaky)).status()).toBe(403);
  expect((await page.request.post(action!, sneaky)).status(), "the same form as its owner").toBe(200);
  await own.close();
});
