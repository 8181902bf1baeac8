export { turns as default } from "../../../bundle/main-BTIYWQCR.js";
