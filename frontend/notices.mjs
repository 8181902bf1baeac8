// Collects the license notices of packages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const IN_PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LICENSE = /^(licen[cs]e|copying|notice)/i;

/**
 * @param {string} root the folder that has `node_modules`
 * @param {string[]} files what was bundled, relative to it
 * @returns {string} name, version, license and notice of each package, by name
 */
export function notices(root, files) {
  const names = new Set(files.map((file) => IN_PACKAGE.exec(file)?.[1]).filter(Boolean));
  return [...names].sort().map((name) => notice(join(root, "node_modules", name))).join("\n");
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => LICENSE.test(file)).sort();
  if (!files.length) throw new Error(`${name} has no license file`);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").replace(/\r\n/g, "\n").trim());
  return [`${name} ${version} (${license})`, "=".repeat(72), ...texts, ""].join("\n\n").replace(/\n{3,}/g, "\n\n");
}
