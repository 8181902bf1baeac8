export { turns as default } from "../../../bundle/main-P6HKDZB5.js";
