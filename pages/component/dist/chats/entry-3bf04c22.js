export { chats as default } from "../../../bundle/main-2JCQ2WMX.js";
