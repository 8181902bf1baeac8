export { text as default } from "../../../bundle/main-OGHUEANU.js";
