export { turns as default } from "../../../bundle/main-XBYIEMKO.js";
