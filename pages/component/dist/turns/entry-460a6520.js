export { turns as default } from "../../../bundle/main-UEL22IVL.js";
