export { turns as default } from "../../../bundle/main-X4VMAH3V.js";
