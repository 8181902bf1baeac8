export { text as default } from "../../../bundle/main-R3CWAIOW.js";
