export { run as default } from "../../../bundle/main-CCOU3IWT.js";
