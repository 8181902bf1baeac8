export { turns as default } from "../../../bundle/main-5EU33F6H.js";
