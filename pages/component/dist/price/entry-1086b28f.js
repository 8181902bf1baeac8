export { price as default } from "../../../bundle/main-BTIYWQCR.js";
