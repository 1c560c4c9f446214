"""Shops on Magento 2 (Adobe Commerce, Mage-OS): its REST interface, by an integration's token."""
