export { turns as default } from "../../../bundle/main-AEUUT7DM.js";
