export { turns as default } from "../../../bundle/main-THYUQZUC.js";
