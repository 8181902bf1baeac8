export { text as default } from "../../../bundle/main-CJPHAGPS.js";
