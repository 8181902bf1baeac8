export { text as default } from "../../../bundle/main-XBYIEMKO.js";
