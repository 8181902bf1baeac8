export { price as default } from "../../../bundle/main-AEISX3ZX.js";
