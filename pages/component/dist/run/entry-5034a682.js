export { run as default } from "../../../bundle/main-XBYIEMKO.js";
