// GitHub's pushes: from the blueprint to the log, signed wrongly and rightly.
import { createHmac } from "node:crypto";
import { activateSource, goTo, inAccount, save, signUp } from "../support/console";
import { expect, test } from "../support/test";

const push = {
  ref: "refs/heads/main",
  before: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
  after: "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c",
  repository: { full_name: "Codertocat/Hello-World" },
  pusher: { name: "Codertocat" },
  commits: [{ id: "c1", message: "Say hello" }, { id: "c2", message: "Say it louder" }],
};

test("A2, A7: a push is refused with a wrong signature and accepted with the right one", async ({ page, request }) => {
  await signUp(page);
  await goTo(page, inAccount(page, "sources?create"));
  const dialog = page.getByRole("dialog", { name: "New source" });
  await dialog.getByLabel("Search blueprints").fill("git push");
  await dialog.getByRole("link", { name: "GitHub push" }).click();
  await expect(dialog.getByLabel("Endpoint")).toHaveValue("github-push");
  await dialog.getByLabel("Name").fill("Repository");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Repository", level: 1 })).toBeVisible();
  await expect(page.getByText("On the sender’s side: GitHub push")).toBeVisible();
  await expect(page.getByText("x-hub-signature-256: sha256=SIGNATURE")).toBeVisible();
  const url = (await page.locator(".copy-box-text").first().innerText()).trim();

  await page.locator('input[name="verification.secret"]').fill("It's a Secret to Everybody");
  await save(page);
  await activateSource(page);
  const body = JSON.stringify(push);
  const send = (secret: string, delivery: string) =>
    request.post(url, {
      data: Buffer.from(body),
      headers: {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": delivery,
        "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      },
    });
  expect((await send("another secret", "d-1")).status()).toBe(401);
  expect((await send("It's a Secret to Everybody", "d-2")).status()).toBe(200);

  // Both are in the log; the one that was believed made an event with each commit.
  await goTo(page, inAccount(page, "activity/requests"));
  await expect(page.getByRole("row").filter({ hasText: "Verification failed" })).toHaveCount(1);
  await expect(page.getByRole("row").filter({ hasText: "Accepted" })).toHaveCount(1);
  await goTo(page, inAccount(page, "activity/events"));
  await page.getByRole("link", { name: "code.pushed" }).click();
  await expect(page.getByText("Say it louder").first()).toBeVisible();
});
