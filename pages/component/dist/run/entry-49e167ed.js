export { run as default } from "../../../bundle/main-ZKKP7XP6.js";
