export { chats as default } from "../../../bundle/main-BTIYWQCR.js";
