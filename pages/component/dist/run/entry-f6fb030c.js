export { run as default } from "../../../bundle/main-OGHUEANU.js";
