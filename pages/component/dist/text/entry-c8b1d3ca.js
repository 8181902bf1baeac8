export { text as default } from "../../../bundle/main-CCOU3IWT.js";
