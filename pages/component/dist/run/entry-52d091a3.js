export { run as default } from "../../../bundle/main-AEISX3ZX.js";
