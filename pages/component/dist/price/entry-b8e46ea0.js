export { price as default } from "../../../bundle/main-THYUQZUC.js";
