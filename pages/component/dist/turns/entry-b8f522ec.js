export { turns as default } from "../../../bundle/main-2JCQ2WMX.js";
