export { run as default } from "../../../bundle/main-R3CWAIOW.js";
