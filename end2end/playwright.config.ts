import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

// Against a server that runs already (HOOKLOFT_URL; it needs HOOKLOFT_SIGNUP=open and loopback among
// HOOKLOFT_ALLOW_NETWORKS), or one that is started here from HOOKLOFT_BINARY, on a database of its own.
const running = process.env.HOOKLOFT_URL;
const binary = process.env.HOOKLOFT_BINARY;
if (!running && !binary) throw new Error("Set HOOKLOFT_BINARY (to start it here) or HOOKLOFT_URL (where it runs).");

// Workers read this file again: all of them share the one folder and port.
process.env.HOOKLOFT_END2END_FOLDER ??= mkdtempSync(join(tmpdir(), "hookloft-end2end-"));
process.env.HOOKLOFT_END2END_PORT ??= String(20_000 + Math.floor(Math.random() * 10_000));
const folder = process.env.HOOKLOFT_END2END_FOLDER;
const listen = `127.0.0.1:${process.env.HOOKLOFT_END2END_PORT}`;
const own = `http://${listen}`;
const baseURL = running ?? own;
// `hookloft member add` of the viewer's journey works on the same database.
process.env.HOOKLOFT_DATABASE_URL ??= `sqlite://${join(folder, "hookloft.db")}`;

export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  workers: 1,
  reporter: [["list"]],
  outputDir: join(folder, "results"),
  webServer: running
    ? undefined
    : {
        command: `${binary} serve`,
        url: `${own}/readyz`,
        gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
        env: {
          HOOKLOFT_LISTEN: listen,
          HOOKLOFT_PUBLIC_URL: own,
          HOOKLOFT_DATABASE_URL: process.env.HOOKLOFT_DATABASE_URL,
          HOOKLOFT_SIGNUP: "open",
          HOOKLOFT_ALLOW_NETWORKS: "127.0.0.0/8",
        },
      },
  use: {
    baseURL,
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
