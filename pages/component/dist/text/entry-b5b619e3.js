export { text as default } from "../../../bundle/main-OM7KJQFW.js";
